/** Ownership of native resources. */
@NullMarked
package io.github.refragstreams.model.internal;

import org.jspecify.annotations.NullMarked;
