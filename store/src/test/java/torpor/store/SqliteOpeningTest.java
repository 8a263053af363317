package torpor.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteOpeningTest extends OpeningContract {
  @TempDir Path directory;

  @Override
  StoreAddress empty() {
    return OpenStores.sqlite(directory);
  }

  @Override
  Connection connect(StoreAddress address) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + ((StoreAddress.Sqlite) address).file());
  }

  @Test
  void aFileThatIsNoDatabaseIsRefusedAndLeftAlone() throws IOException {
    Path file = ((StoreAddress.Sqlite) empty()).file();
    String text = "my diary, ".repeat(1000);
    Files.writeString(file, text);
    assertThat(
            OpenStores.refusal(Stores.open(empty(), OpenStores.OPENER, OpenStores.CLOCK)).detail())
        .contains("no database");
    assertThat(file).hasContent(text);
  }
}
