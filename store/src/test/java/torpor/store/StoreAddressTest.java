package torpor.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import torpor.core.refusal.Reply;
import torpor.engine.store.StoreFailure;

class StoreAddressTest {
  private static final Path BASE = Path.of("/var/lib/torpor");

  private static StoreAddress parsed(String setting) {
    return ((Reply.Done<StoreAddress>) StoreAddress.parse(setting, BASE)).value();
  }

  @Test
  void aPathIsAFile() {
    assertThat(parsed("torpor.db")).isEqualTo(new StoreAddress.Sqlite(BASE.resolve("torpor.db")));
    assertThat(parsed("sqlite:/x/y.db")).isEqualTo(new StoreAddress.Sqlite(Path.of("/x/y.db")));
  }

  @Test
  void anAddressOfAServerIsTakenApart() {
    assertThat(parsed("postgresql://ann:p%40ss@db:5433/jobs?sslmode=require"))
        .isEqualTo(
            new StoreAddress.Postgresql(
                "db", 5433, "jobs", Optional.of("ann"), Optional.of("p@ss"), "sslmode=require"));
    assertThat(parsed("postgres://db/jobs"))
        .isEqualTo(
            new StoreAddress.Postgresql(
                "db", 5432, "jobs", Optional.empty(), Optional.empty(), ""));
  }

  @Test
  void theTextOfAnAddressHoldsNoPassword() {
    assertThat(parsed("postgresql://ann:secret@db/jobs").toString())
        .isEqualTo("postgresql://ann@db:5432/jobs");
  }

  @Test
  void aServerThatIsNotThereIsUnavailable() {
    StoreAddress nowhere = parsed("postgresql://ann:secret@localhost:1/jobs");
    assertThatThrownBy(() -> Stores.open(nowhere, OpenStores.OPENER, OpenStores.CLOCK))
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("ann@localhost:1")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "mysql://x/y", "postgresql://db", "postgresql://ann:s ecret@db/x"})
  void whatIsNeitherIsRefusedWithoutRepeatingIt(String setting) {
    assertThat(OpenStores.refusal(StoreAddress.parse(setting, BASE)).detail())
        .doesNotContain("ecret");
  }
}
