/** A Kafka broker inside this process, for the demo and for tests. */
@NullMarked
package io.github.refragstreams.app.embedded;

import org.jspecify.annotations.NullMarked;
