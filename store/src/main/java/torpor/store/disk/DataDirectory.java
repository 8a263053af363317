package torpor.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.disk.DiskFailure;

/// The directory of one daemon, locked against any other for as long as it is open. The lock is the
/// operating system's, so it ends with the process, however that ends.
public final class DataDirectory implements AutoCloseable {
  private final Path root;
  private final String id;
  private final FileLock lock;

  private DataDirectory(Path root, String id, FileLock lock) {
    this.root = root;
    this.id = id;
    this.lock = lock;
  }

  /// Creates what is missing, takes the lock and empties [#temporary]. Refused, with nothing
  /// touched, while another process has it.
  ///
  /// @throws DiskFailure where the directory cannot be used
  public static Reply<DataDirectory> open(Path directory) {
    Path root = directory.toAbsolutePath().normalize();
    try {
      createPrivate(root);
      FileChannel channel =
          FileChannel.open(
              root.resolve("lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      Optional<FileLock> lock = lock(channel);
      if (lock.isEmpty()) {
        String holder = holder(channel);
        channel.close();
        return Reply.refused(inUse(root, holder));
      }
      return Reply.done(prepare(root, channel, lock.orElseThrow()));
    } catch (IOException e) {
      throw DiskFailures.of("opening data directory " + root, e);
    }
  }

  /// Params, results and logs are nobody else's business. A directory that exists already keeps the
  /// permissions somebody gave it.
  private static void createPrivate(Path root) throws IOException {
    if (Files.isDirectory(root)) {
      return;
    }
    Path parent = root.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.createDirectory(
        root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /// Random, made once; names this directory in leases.
  public String id() {
    return id;
  }

  public Path root() {
    return root;
  }

  /// Where the embedded store goes.
  public Path database() {
    return root.resolve("torpor.db");
  }

  public Path instances() {
    return root.resolve("instances");
  }

  public Path images() {
    return root.resolve("images");
  }

  /// Where programs in virtual machines reach the daemon, and nothing else does.
  public Path guestSocket() {
    return root.resolve("guest.sock");
  }

  /// For what nobody misses; on the same file system as the rest, so that it can be moved there.
  public Path temporary() {
    return root.resolve("tmp");
  }

  @Override
  public void close() {
    try {
      lock.channel().close();
    } catch (IOException e) {
      throw DiskFailures.of("closing data directory " + root, e);
    }
  }

  private static Optional<FileLock> lock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    }
  }

  private static DataDirectory prepare(Path root, FileChannel channel, FileLock lock)
      throws IOException {
    try {
      writeHolder(channel);
      DataDirectory opened = new DataDirectory(root, readOrMakeId(root), lock);
      Files.createDirectories(opened.instances());
      Files.createDirectories(opened.images());
      Files.createDirectories(opened.temporary());
      DirectoryTree.deleteContents(opened.temporary());
      DirectoryTree.sync(root);
      return opened;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static void writeHolder(FileChannel file) throws IOException {
    file.truncate(0);
    file.write(
        ByteBuffer.wrap(
            Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)),
        0);
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(20);
    int length = channel.read(text, 0);
    return length <= 0
        ? "?"
        : new String(text.array(), 0, length, StandardCharsets.US_ASCII).trim();
  }

  private static String readOrMakeId(Path root) throws IOException {
    Path file = root.resolve("id");
    if (Files.exists(file)) {
      String known = Files.readString(file).strip();
      if (!known.isEmpty()) {
        return known;
      }
    }
    String made = UUID.randomUUID().toString();
    Path fresh = root.resolve("id.new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap((made + "\n").getBytes(StandardCharsets.US_ASCII)));
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    DirectoryTree.sync(root);
    return made;
  }

  private static Refusal inUse(Path root, String holder) {
    return Refusal.of(
        RefusalCode.STORE_UNAVAILABLE,
        "data directory %s is in use by process %s".formatted(root, holder),
        "Stop that daemon, or give this one a data directory of its own.");
  }
}
