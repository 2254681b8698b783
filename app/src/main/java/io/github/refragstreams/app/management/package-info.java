/** How the process is doing, for whoever runs it: health and metrics over HTTP. */
@NullMarked
package io.github.refragstreams.app.management;

import org.jspecify.annotations.NullMarked;
