package io.github.refragstreams.app.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which bundle answers.
 *
 * @param folder it lies in
 * @param manifestSha256 what its manifest must have, 64 hexadecimal digits; none when it is trusted
 *     as it is
 */
public record BundleConfig(Path folder, Optional<String> manifestSha256) {}
