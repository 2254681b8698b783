/** The topics as they should be, and as a cluster has them. */
@NullMarked
package io.github.refragstreams.app.topics;

import org.jspecify.annotations.NullMarked;
