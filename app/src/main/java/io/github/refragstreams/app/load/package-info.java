/** The whole path under load: what {@code refrag bench load} runs. */
@NullMarked
package io.github.refragstreams.app.load;

import org.jspecify.annotations.NullMarked;
