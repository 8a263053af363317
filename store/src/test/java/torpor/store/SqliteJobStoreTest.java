package torpor.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import torpor.engine.store.JobStore;
import torpor.testkit.store.JobStoreContract;

class SqliteJobStoreTest extends JobStoreContract {
  @TempDir static Path template;
  @TempDir Path directory;
  private static final Stores.Opener OTHER = new Stores.Opener("other", "other");
  private SqlJobStore store;

  /// A database with the schema and nothing else, made once.
  @BeforeAll
  static void makeTemplate() {
    OpenStores.open(OpenStores.sqlite(template), OTHER, OpenStores.CLOCK).close();
  }

  @BeforeEach
  void open() throws IOException {
    Files.copy(template.resolve("torpor.db"), directory.resolve("torpor.db"));
    store = OpenStores.open(OpenStores.sqlite(directory));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  protected JobStore store() {
    return store;
  }

  @Override
  protected boolean takeOver() {
    OpenStores.open(OpenStores.sqlite(directory)).close();
    return true;
  }
}
