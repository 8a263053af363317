package torpor.cli.copy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.connection.Connection;
import torpor.cli.copy.CopyChannel.Said;
import torpor.wire.instance.CopyMessage;

/// Into a machine: sends a file or a tree, owned by root, links as links. What is neither file,
/// directory nor link is left out with a word. A thread of its own sends while this one hears
/// whether the machine has enough.
final class CopyIn extends SimpleFileVisitor<Path> {
  private static final int ROOT = 0;
  private static final int PERMISSIONS = 07777;
  private static final int OF_A_LINK = 0777;

  private final Path source;
  private final String name;
  private final CopyChannel channel;
  private final CopyProgress progress;
  private volatile Optional<IOException> unreadable = Optional.empty();

  /// @param name what the source is called inside; empty where only what is in it is sent
  private CopyIn(Path source, String name, CopyChannel channel, CopyProgress progress) {
    this.source = source;
    this.name = name;
    this.channel = channel;
    this.progress = progress;
  }

  /// @param source where it is a link, what it points to
  /// @param destination where the item itself will be; of a directory that is there already only
  ///   what is in it is sent
  static void run(
      Connection connection,
      Path source,
      Destinations.InMachine destination,
      CopyProgress progress) {
    boolean contentOnly = !destination.isNew() && Files.isDirectory(source);
    CopyEnd.Inside place = destination.place();
    String name = contentOnly ? "" : CopyEnd.nameOf(Path.of(place.path()));
    try (CopyChannel channel = CopyChannel.into(connection, contentOnly ? place : place.parent())) {
      CopyIn copy = new CopyIn(real(source), name, channel, progress);
      Thread.ofVirtual().name("copy").start(copy::send);
      copy.awaitEnd();
    }
  }

  private static Path real(Path source) {
    try {
      return source.toRealPath();
    } catch (IOException e) {
      throw CommandFailure.unreadable(source.toString(), e);
    }
  }

  private void awaitEnd() {
    try {
      Said said = channel.receive();
      while (!(said instanceof Said.Done)) {
        said = channel.receive();
      }
      if (said instanceof Said.Done(String leftOut)) {
        leftOut.lines().forEach(progress::leftOut);
      }
    } catch (CommandFailure failed) {
      throw unreadable.map(e -> notRead(source, e)).orElse(failed);
    }
  }

  private static CommandFailure notRead(Path source, IOException e) {
    return new CommandFailure(
            ExitCode.BAD_DATA,
            source + " cannot be read",
            CommandFailure.reason(e),
            "check the path and its permissions")
        .causedBy(e);
  }

  private void send() {
    try {
      Files.walkFileTree(source, this);
      channel.send(CopyMessage.last(Optional.empty()));
    } catch (NotSentException over) {
      // Whoever hears the other side sees why.
    } catch (IOException e) {
      breakOff(e);
    } catch (RuntimeException e) {
      breakOff(new IOException(e));
    }
  }

  /// Whoever waits for the other side's answer hears of it.
  private void breakOff(IOException failure) {
    unreadable = Optional.of(failure);
    channel.close();
  }

  /// Not the source's fault.
  private static final class NotSentException extends IOException {
    private static final long serialVersionUID = 1L;

    NotSentException(IOException cause) {
      super(cause);
    }
  }

  private String inMachine(Path path) {
    String relative = source.relativize(path).toString();
    return relative.isEmpty() ? name : name.isEmpty() ? relative : name + "/" + relative;
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
      throws IOException {
    if (!inMachine(directory).isEmpty()) {
      header(directory, attributes, Optional.empty());
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (attributes.isSymbolicLink()) {
      header(file, attributes, Optional.of(Files.readSymbolicLink(file).toString()));
    } else if (attributes.isRegularFile()) {
      try (InputStream in = Files.newInputStream(file)) {
        header(file, attributes, Optional.empty());
        content(file, in, attributes.size());
      }
      progress.file(attributes.size());
    } else {
      progress.leftOut(file + " is neither file, directory nor link");
    }
    return FileVisitResult.CONTINUE;
  }

  private void header(Path path, BasicFileAttributes attributes, Optional<String> linkTarget)
      throws IOException {
    int mode =
        linkTarget.isPresent()
            ? OF_A_LINK
            : (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & PERMISSIONS;
    say(
        CopyMessage.header(
            inMachine(path),
            mode,
            attributes.isDirectory(),
            linkTarget,
            attributes.isRegularFile() ? attributes.size() : 0,
            attributes.lastModifiedTime().toInstant(),
            ROOT,
            ROOT));
  }

  /// As much as was said: what is written to it meanwhile does not belong to the copy.
  private void content(Path file, InputStream in, long size) throws IOException {
    byte[] piece = new byte[CopyChannel.LONGEST_PIECE];
    for (long left = size; left > 0; ) {
      int count = in.readNBytes(piece, 0, (int) Math.min(piece.length, left));
      if (count == 0) {
        throw new EOFException(file + " became shorter while it was read");
      }
      try {
        channel.send(ByteBuffer.wrap(piece, 0, count));
      } catch (IOException e) {
        throw new NotSentException(e);
      }
      progress.piece(count);
      left -= count;
    }
  }

  private void say(CopyMessage message) throws IOException {
    try {
      channel.send(message);
    } catch (IOException e) {
      throw new NotSentException(e);
    }
  }
}
