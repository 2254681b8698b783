package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.acls.AclFormat;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a format. */
final class AclFormatConverter implements ITypeConverter<AclFormat> {
  @Override
  public AclFormat convert(String name) {
    return Arrays.stream(AclFormat.values())
        .filter(format -> format.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'"
                        + name
                        + "' is no format; choose from "
                        + Arrays.stream(AclFormat.values())
                            .map(AclFormat::toString)
                            .collect(Collectors.joining(", "))));
  }
}
