package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.api.ApiServer;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.retriever.Retrievers;
import io.github.refragstreams.app.service.BundleFit;
import io.github.refragstreams.app.service.Bundles;
import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.ModelBundle;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag validate}. */
@Command(
    name = "validate",
    description =
        "Checks the configuration, every file of the bundle, and whether they fit; contacts nobody.",
    footerHeading = Examples.HEADING,
    footer = "  refrag validate --config refrag.yaml")
final class ValidateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    AppConfig settings = config.load();
    ModelBundle bundle = Bundles.read(settings.bundle());
    BundleFit.check(settings, bundle);
    if (settings.http().enabled()) {
      ApiServer.check(settings.http());
      Retrievers.check(settings.retriever());
    }
    print(settings, bundle);
    return ExitCodes.OK;
  }

  private void print(AppConfig settings, ModelBundle bundle) {
    PrintWriter out = spec.commandLine().getOut();
    BundleInfo info = bundle.info();
    if (json) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("bundle", info.id());
      values.put("encoder", info.encoderId());
      values.put("chunk_sizes", info.chunkSizes());
      values.put("default_chunk_tokens", info.defaultChunkTokens());
      values.put("context_positions", bundle.contextPositions());
      values.put("missing", settings.missing());
      out.println(Json.line(values));
    } else {
      out.println("configuration  valid");
      out.println("bundle         " + info.id() + " in " + settings.bundle().folder() + ", intact");
      out.println(
          "chunks         of "
              + info.chunkSizes()
              + " tokens, by default "
              + info.defaultChunkTokens());
      out.println("window         " + bundle.contextPositions() + " positions");
      settings
          .missing()
          .forEach(
              key ->
                  out.println(
                      "missing        " + key + ", without which nothing runs on a cluster"));
    }
    out.flush();
  }
}
