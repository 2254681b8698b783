/** Plain text for terminals. */
@NullMarked
package io.github.refragstreams.app.text;

import org.jspecify.annotations.NullMarked;
