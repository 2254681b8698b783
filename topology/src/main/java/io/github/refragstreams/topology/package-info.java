/**
 * The Kafka Streams topology: passages are encoded once for the whole cluster, joined with their
 * query, and answered exactly once. {@link io.github.refragstreams.topology.RagTopology} builds it,
 * {@link io.github.refragstreams.topology.StreamsSettings} says how it must run, {@link
 * io.github.refragstreams.topology.Topics} what must exist first.
 */
@NullMarked
package io.github.refragstreams.topology;

import org.jspecify.annotations.NullMarked;
