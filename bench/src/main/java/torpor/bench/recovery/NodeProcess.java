package torpor.bench.recovery;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import torpor.bench.stage.EngineNode;
import torpor.bench.stage.NoopRuntime;
import torpor.store.StoreAddress;

/// A node on a file, until it is killed.
public final class NodeProcess {
  static final String READY = "bench: ready";

  private NodeProcess() {}

  /// @param arguments the file of the store, and how many places for machines
  public static void main(String[] arguments) throws InterruptedException {
    StoreAddress address = new StoreAddress.Sqlite(Path.of(arguments[0]));
    EngineNode node =
        new EngineNode(address, Integer.parseInt(arguments[1]), NoopRuntime.Life.GOES_ON);
    try (node) {
      var _ = node.start();
      System.out.println(READY);
      new CountDownLatch(1).await();
    }
  }
}
