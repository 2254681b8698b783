package io.github.refragstreams.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.MeterSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MetricsReferenceTest {
  @Test
  void isWhatTheReferencePageSays() throws IOException {
    // Given
    Path page = Path.of(System.getProperty("refrag.root"), "docs", "reference", "metrics.md");
    // When
    String generated = MetricsReference.markdown();
    // Then
    assertThat(Files.readString(page))
        .as("run: ./refrag metrics-reference > docs/reference/metrics.md")
        .isEqualTo(generated);
  }

  @Test
  void describesEachMeterOnce() {
    assertThat(MetricsReference.specs())
        .hasSizeGreaterThan(20)
        .extracting(MeterSpec::name)
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("refrag(\\.[a-z]+)+"));
    assertThat(MetricsReference.specs())
        .extracting(MetricsReference::prometheusName)
        .doesNotHaveDuplicates();
  }
}
