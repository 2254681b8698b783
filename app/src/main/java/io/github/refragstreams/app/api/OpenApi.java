package io.github.refragstreams.app.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.app.http.Routes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code GET /v1/openapi.json}: the API's own description, OpenAPI 3.1. */
final class OpenApi {
  private static final String RESOURCE = "openapi.yaml";

  private OpenApi() {}

  static Routes routes() {
    Object document = document();
    return new Routes().get("/v1/openapi.json", exchange -> exchange.reply(200, document));
  }

  static Object document() {
    try (InputStream in = OpenApi.class.getResourceAsStream(RESOURCE)) {
      String text = new String(Objects.requireNonNull(in, RESOURCE).readAllBytes(), UTF_8);
      return Objects.requireNonNull(
          new Load(LoadSettings.builder().setLabel(RESOURCE).build()).loadFromString(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
