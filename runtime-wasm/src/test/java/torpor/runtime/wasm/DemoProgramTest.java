package torpor.runtime.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.definition.JsonText;
import torpor.core.machine.ExitStatus;
import torpor.core.wake.Wake;
import torpor.core.wake.Waker;

/// The program of the demo, killed after every checkpoint.
class DemoProgramTest {
  private static final String WORDS = "the quick brown fox jumps over lazy dogs while it rains";

  @TempDir Path root;

  @Test
  void itsResultIsTheSameWhetherItIsKilledAfterEveryCheckpointOrNever() throws Exception {
    Path corpus = Files.createDirectory(root.resolve("corpus"));
    Random random = new Random(7);
    for (int part = 0; part < 3; part++) {
      Files.writeString(corpus.resolve("part-00%d.txt".formatted(part)), text(random));
    }
    String never = result("never", corpus, Integer.MAX_VALUE);
    assertThat(never).contains("\"documents\":").contains("\"signal\":{\"by\":\"me\"}");
    assertThat(result("always", corpus, 1)).isEqualTo(never);
  }

  private static String text(Random random) {
    String[] words = WORDS.split(" ", -1);
    return random
        .ints(300_000, 0, words.length)
        .mapToObj(word -> words[word] + random.nextInt(500))
        .collect(Collectors.joining(" "));
  }

  private String result(String name, Path corpus, int crashAfter) throws Exception {
    TinyEngine engine = new TinyEngine(Files.createDirectory(root.resolve(name)), s -> s);
    try {
      engine.params = new JsonText("{\"checkpoint_every_mb\":1,\"sleep_for_signal\":\"publish\"}");
      JsonText config =
          engine.check(
              "{\"module\":\"%s\",\"mounts\":[{\"source\":\"%s\",\"target\":\"/corpus\"}]}"
                  .formatted(module(), corpus));
      engine.crashAfter = crashAfter;
      engine.start(config);
      for (Object happened = engine.next();
          !(happened instanceof ExitStatus);
          happened = engine.next()) {
        engine.crashAfter = Math.max(engine.crashAfter, engine.crashAfter + 1);
        if (happened.equals("crash")) {
          engine.restartDaemon();
        }
        engine.restore(
            config, happened instanceof Waker ? Optional.of(signal()) : Optional.empty());
      }
      assertThat(engine.lives()).isEqualTo(crashAfter == 1 ? engine.facts.size() + 1 : 2);
      return engine.calls.stream()
          .filter(call -> call.startsWith("exit"))
          .findFirst()
          .orElseGet(() -> "no result: " + engine.asked);
    } finally {
      engine.runtime().close();
    }
  }

  private static Wake signal() {
    return new Wake.BySignal(TinyEngine.signal("publish", "{\"by\":\"me\"}"));
  }

  private static Path module() throws Exception {
    Path here = Path.of(Objects.requireNonNull(DemoProgramTest.class.getResource("/wasm")).toURI());
    Path module = here.resolve("../../../../guest/demo/indexer.wasm").normalize();
    assertThat(new String(Files.readAllBytes(module), 0, 4, UTF_8)).isEqualTo("\0asm");
    return module;
  }
}
