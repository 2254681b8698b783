package io.github.refragstreams.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.config.AppConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceIdTest {
  private static final String SETTING = "group.instance.id";

  @TempDir private Path folder;

  @Test
  void staysWithTheStateFolder() {
    // When
    String first = InstanceId.settings(config("a", Map.of()), Map.of()).get(SETTING);
    String again = InstanceId.settings(config("a", Map.of()), Map.of()).get(SETTING);
    String other = InstanceId.settings(config("b", Map.of()), Map.of()).get(SETTING);
    // Then
    assertThat(first).isNotBlank().isEqualTo(again).isNotEqualTo(other);
  }

  @Test
  void isInTheFolderThatIsUsed() {
    // Given
    AppConfig config = config("a", Map.of());
    Map<String, String> used = Map.of("state.dir", folder.resolve("c").toString());
    // When, Then
    assertThat(InstanceId.settings(config, used))
        .isEqualTo(InstanceId.settings(config("c", Map.of()), Map.of()));
  }

  @Test
  void leavesAnIdOfTheUserAlone() {
    AppConfig plain = config("a", Map.of("kafka.group.instance.id", "pod-7"));
    AppConfig prefixed = config("a", Map.of("kafka.main.consumer.group.instance.id", "pod-7"));
    assertThat(InstanceId.settings(plain, Map.of())).isEmpty();
    assertThat(InstanceId.settings(prefixed, Map.of())).isEmpty();
  }

  @Test
  void isNotThereWhereTheProtocolKnowsNoStaticMembers() {
    AppConfig config = config("a", Map.of("streams.group-protocol", "streams"));
    assertThat(InstanceId.settings(config, Map.of())).isEmpty();
    assertThat(folder.resolve("a")).doesNotExist();
  }

  private AppConfig config(String state, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("kafka.bootstrap.servers", "localhost:1");
    settings.put("kafka.state.dir", folder.resolve(state).toString());
    return AppConfig.load(null, Map.of(), settings);
  }
}
