/** Answer quality: metrics, systems and their report. */
@NullMarked
package io.github.refragstreams.app.eval;

import org.jspecify.annotations.NullMarked;
