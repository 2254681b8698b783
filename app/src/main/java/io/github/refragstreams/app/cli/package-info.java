/** The command line {@code refrag}. */
@NullMarked
package io.github.refragstreams.app.cli;

import org.jspecify.annotations.NullMarked;
