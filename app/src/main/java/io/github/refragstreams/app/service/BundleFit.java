package io.github.refragstreams.app.service;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.model.ModelBundle;
import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.EventSerdes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether a configuration fits a bundle, found out without loading models. */
public final class BundleFit {
  private BundleFit() {}

  /**
   * Refuses what cannot answer, or would answer badly.
   *
   * @throws InvalidConfigException naming every mistake
   */
  public static void check(AppConfig config, ModelBundle bundle) {
    List<String> problems = new ArrayList<>();
    int positions = config.runtime().maxPositions();
    if (positions > bundle.contextPositions()) {
      problems.add(
          "model.max-positions is "
              + positions
              + " but bundle '"
              + bundle.info().id()
              + "' was trained for "
              + bundle.contextPositions());
    }
    // Nobody connects to a registry of this kind.
    try (EventSerdes serdes = new EventSerdes(Map.of(EventSerdeConfig.URL, "mock://bundle-fit"))) {
      Topologies.build(IdleModels.of(bundle.info(config.runtime())), config, serdes);
    } catch (IllegalArgumentException | InvalidConfigException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    if (!problems.isEmpty()) {
      throw new InvalidConfigException(problems);
    }
  }
}
