/**
 * What the topology sees of the models: value types, the interfaces of encoder, policy and decoder,
 * and the pure parts (chunking, planning, prompt assembly). The engine sits behind {@code
 * model.internal}.
 */
@NullMarked
package io.github.refragstreams.model;

import org.jspecify.annotations.NullMarked;
