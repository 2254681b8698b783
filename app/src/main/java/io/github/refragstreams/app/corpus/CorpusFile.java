package io.github.refragstreams.app.corpus;

import java.nio.file.Path;

/**
 * A file of a corpus.
 *
 * @param name its path below the corpus, with slashes whatever the system; what people are told
 * @param path where it is, without links
 */
record CorpusFile(String name, Path path, FileKind kind) {}
