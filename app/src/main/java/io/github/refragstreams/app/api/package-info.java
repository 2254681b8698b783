/**
 * The HTTP API: questions, documents and what became of them, and the same in OpenAI's form. Every
 * answer comes from the topics.
 */
@NullMarked
package io.github.refragstreams.app.api;

import org.jspecify.annotations.NullMarked;
