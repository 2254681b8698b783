/** What a bundle's folder holds: manifest, checks, weights. */
@NullMarked
package io.github.refragstreams.model.internal.bundle;

import org.jspecify.annotations.NullMarked;
