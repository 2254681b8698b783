/** Programs to begin with. */
@NullMarked
package io.github.refragstreams.examples;

import org.jspecify.annotations.NullMarked;
