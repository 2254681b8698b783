package io.github.refragstreams.app.cli;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens pages in the browser of the person at the terminal, where there are both. */
final class Browser {
  private static final Logger LOGGER = LoggerFactory.getLogger(Browser.class);

  private Browser() {}

  /** Tries to; a page that cannot be opened is no failure, since its address was printed. */
  static void open(URI page) {
    List<String> command =
        command(System.getProperty("os.name", ""), System.getenv(), page.toString());
    if (System.console() == null || command.isEmpty()) {
      return;
    }
    try {
      var unused =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      LOGGER.atDebug().setCause(e).log("no browser");
    }
  }

  /**
   * What opens a page on this system.
   *
   * @return empty where there is no desktop
   */
  static List<String> command(String system, Map<String, String> environment, String page) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("mac")) {
      return List.of("open", page);
    }
    if (name.startsWith("windows")) {
      return List.of("rundll32", "url.dll,FileProtocolHandler", page);
    }
    boolean desktop =
        environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY");
    return desktop ? List.of("xdg-open", page) : List.of();
  }
}
