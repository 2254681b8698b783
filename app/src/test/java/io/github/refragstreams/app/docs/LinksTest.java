package io.github.refragstreams.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LinksTest {
  @Test
  void everyLinkLeadsToAFileAndToAHeadingInIt() {
    // Given
    List<Page> pages = Page.all();
    assertThat(pages).extracting(page -> page.path().toString()).contains("README.md");
    // When
    List<String> broken =
        pages.stream()
            .flatMap(
                page ->
                    internal(page)
                        .filter(link -> !leads(page, link))
                        .map(link -> page.path() + ": " + link))
            .toList();
    // Then
    assertThat(broken).isEmpty();
    assertThat(pages.stream().flatMap(LinksTest::internal)).hasSizeGreaterThan(150);
  }

  @Test
  void everyPageIsReachedFromTheIndex() {
    // Given
    Map<Path, Page> pages =
        Page.all().stream().collect(Collectors.toMap(Page::path, Function.identity()));
    // When
    Set<Path> reached = new HashSet<>();
    Deque<Path> ahead = new ArrayDeque<>(List.of(Path.of("docs/README.md")));
    while (!ahead.isEmpty()) {
      Path path = ahead.pop();
      Page page = pages.get(path);
      if (page != null && reached.add(path)) {
        internal(page).forEach(link -> ahead.add(target(page, link)));
      }
    }
    // Then
    assertThat(pages.keySet().stream().filter(path -> path.startsWith("docs")))
        .hasSizeGreaterThan(30)
        .isSubsetOf(reached);
  }

  @Test
  void seesWhatIsBroken() {
    // Given
    Page page = Page.read(Path.of("docs/security.md"));
    // When, Then
    assertThat(leads(page, "../SECURITY.md")).isTrue();
    assertThat(leads(page, "../SECURITY.md#defaults")).isTrue();
    assertThat(leads(page, "#rights")).isTrue();
    assertThat(leads(page, "../SECURITY.md#nowhere")).isFalse();
    assertThat(leads(page, "SECURITY.md")).isFalse();
    assertThat(leads(page, "#nowhere")).isFalse();
  }

  private static Stream<String> internal(Page page) {
    return page.links().stream().filter(link -> !link.matches("[a-z]+:.*"));
  }

  private static boolean leads(Page page, String link) {
    Path target = target(page, link);
    if (!Files.exists(Page.ROOT.resolve(target))) {
      return false;
    }
    int hash = link.indexOf('#');
    return hash < 0
        || (target.toString().endsWith(".md")
            && Page.read(target).anchors().contains(link.substring(hash + 1)));
  }

  /** From the root of the repository. */
  private static Path target(Page page, String link) {
    String file = link.replaceFirst("#.*", "");
    return file.isEmpty()
        ? page.path()
        : Objects.requireNonNullElse(page.path().getParent(), Path.of(""))
            .resolve(file)
            .normalize();
  }
}
