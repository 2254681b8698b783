/** Text: tokenizer, words, incremental decoding. */
@NullMarked
package io.github.refragstreams.model.internal.text;

import org.jspecify.annotations.NullMarked;
