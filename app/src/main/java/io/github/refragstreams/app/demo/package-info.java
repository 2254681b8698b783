/** Everything in one process: broker, topology, models, retriever and client. */
@NullMarked
package io.github.refragstreams.app.demo;

import org.jspecify.annotations.NullMarked;
