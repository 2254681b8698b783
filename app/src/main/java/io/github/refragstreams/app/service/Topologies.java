package io.github.refragstreams.app.service;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.Telemetry;
import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.Drain;
import io.github.refragstreams.topology.RagTopology;
import java.util.Map;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;

/** Builds the topology. */
public final class Topologies {
  private Topologies() {}

  /** What the topology of a configuration consists of; contacts nobody and loads nothing. */
  public static TopologyDescription describe(AppConfig config) {
    try (EventSerdes serdes = new EventSerdes(Map.of(EventSerdeConfig.URL, "mock://topology"))) {
      return build(IdleModels.create(), config, serdes).describe();
    }
  }

  /** Builds one that is looked at, or tells nobody what it does. */
  public static Topology build(Models models, AppConfig config, EventSerdes serdes) {
    return build(models, config, serdes, Telemetry.none(), new Drain());
  }

  /**
   * @throws InvalidConfigException when the configuration does not fit the bundle
   */
  public static Topology build(
      Models models, AppConfig config, EventSerdes serdes, Telemetry telemetry, Drain drain) {
    try {
      return RagTopology.build(models, config.topology(), serdes, telemetry, drain);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException(String.valueOf(e.getMessage()));
    }
  }
}
