package torpor.runtime.qemu;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.engine.caller.FileEntry;
import torpor.engine.caller.InstanceSessions.CopyOut;

/// What was copied out.
final class Copied implements CopyOut {
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  private record Item(FileEntry entry, ByteArrayOutputStream content) {}

  private final List<Item> items = new ArrayList<>();

  @Override
  public synchronized CompletionStage<Void> entry(FileEntry entry) {
    items.add(new Item(entry, new ByteArrayOutputStream()));
    return DONE;
  }

  @Override
  public synchronized CompletionStage<Void> content(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    items.getLast().content().writeBytes(copy);
    return DONE;
  }

  synchronized List<FileEntry> entries() {
    return items.stream().map(Item::entry).toList();
  }

  synchronized byte[] content(String path) {
    return items.stream()
        .filter(item -> item.entry().path().equals(path))
        .findFirst()
        .orElseThrow()
        .content()
        .toByteArray();
  }
}
