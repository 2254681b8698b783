package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class BrowserTest {
  private static final String PAGE = "http://127.0.0.1:8765/console/";

  @Test
  void opensPagesTheWayOfTheSystem() {
    assertThat(Browser.command("Mac OS X", Map.of(), PAGE)).containsExactly("open", PAGE);
    assertThat(Browser.command("Windows 11", Map.of(), PAGE)).startsWith("rundll32").endsWith(PAGE);
    assertThat(Browser.command("Linux", Map.of("WAYLAND_DISPLAY", "wayland-0"), PAGE))
        .containsExactly("xdg-open", PAGE);
  }

  @Test
  void opensNothingWithoutADesktop() {
    assertThat(Browser.command("Linux", Map.of("HOME", "/root"), PAGE)).isEmpty();
  }
}
