package torpor.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A page under `docs/state-machines` that is made from the rules, so that it cannot drift.
public final class GeneratedPage {
  private static final Path FOLDER = Path.of("..", "docs", "state-machines");

  private GeneratedPage() {}

  /// Fails where the checked-in page is another; with `-Ddiagrams.write=true`, writes it instead.
  public static void check(String name, String text) {
    Path page = FOLDER.resolve(name);
    try {
      if (Boolean.getBoolean("diagrams.write")) {
        Files.createDirectories(FOLDER);
        Files.writeString(page, text);
      }
      assertThat(page)
          .as("docs/state-machines/%s; -Ddiagrams.write=true writes it anew", name)
          .exists()
          .hasContent(text);
    } catch (IOException e) {
      throw new UncheckedIOException("reading or writing " + page, e);
    }
  }
}
