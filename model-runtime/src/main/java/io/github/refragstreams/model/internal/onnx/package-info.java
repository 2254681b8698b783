/** The engine: ONNX Runtime, through DJL where its API reaches. Nothing else imports either. */
@NullMarked
package io.github.refragstreams.model.internal.onnx;

import org.jspecify.annotations.NullMarked;
