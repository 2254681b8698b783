/** Passages out of files that people have: rows of passages, plain text, Markdown, HTML and PDF. */
@NullMarked
package io.github.refragstreams.app.corpus;

import org.jspecify.annotations.NullMarked;
