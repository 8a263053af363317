package torpor.cli.session;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.connection.Connection;
import torpor.cli.session.CopyEnd.Inside;

/// Copies with a tar on both sides: the machine's own, and one that is here.
final class TarCopies {
  private static final int PIECE = 32 * 1024;

  private TarCopies() {}

  /// @param target where the item itself will be
  /// @param withRoot whether a directory that is copied does not exist there yet
  static Tally in(
      Connection connection,
      Path source,
      Inside target,
      boolean withRoot,
      Consumer<String> complain) {
    String parent = CopyFiles.parentOf(target.path());
    String name = CopyEnd.nameOf(target.path());
    ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    try (GuestProgram tar =
        TarProgram.begin(
            connection, target.instance(), List.of("tar", "-C", parent, "-xpf", "-"))) {
      Input input = new Input(tar);
      FutureTask<Tally> packing =
          new FutureTask<>(() -> pack(source, name, withRoot, input, complain));
      Thread.ofVirtual().name("tar").start(packing);
      int exitCode;
      try {
        exitCode = tar.outputTo(OutputStream.nullOutputStream(), complaints);
      } catch (CommandFailure lost) {
        throw input.whyGivenUp().map(e -> failed(source + " cannot be read", e)).orElse(lost);
      }
      TarProgram.check(exitCode, target.instance(), complaints);
      return result(packing, source + " cannot be read");
    }
  }

  private static Tally pack(
      Path source, String name, boolean withRoot, Input input, Consumer<String> complain)
      throws IOException {
    try {
      OutputStream out = new BufferedOutputStream(input, PIECE);
      Tally tally = TarPacking.pack(source, name, withRoot, out, complain);
      input.close();
      return tally;
    } catch (IOException e) {
      input.giveUp(e);
      throw e;
    }
  }

  /// @param directory whether the source is one, perhaps behind a link
  /// @param target where the item itself will be
  @SuppressWarnings("try") // The pipe is closed early: that is how the unpacking learns of the end.
  static Tally out(
      Connection connection,
      Inside from,
      boolean directory,
      Path target,
      Consumer<String> complain) {
    List<String> command =
        directory
            ? List.of("tar", "-C", from.path(), "-cf", "-", ".")
            : List.of(
                "tar",
                "-C",
                CopyFiles.parentOf(from.path()),
                "-chf",
                "-",
                "./" + CopyEnd.nameOf(from.path()));
    ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    try (GuestProgram tar = TarProgram.begin(connection, from.instance(), command);
        PipedInputStream archive = new PipedInputStream(PIECE);
        PipedOutputStream pipe = new PipedOutputStream(archive)) {
      tar.endInput();
      FutureTask<Tally> unpacking =
          new FutureTask<>(() -> {
            try (archive) {
              Tally tally = TarUnpacking.unpack(archive, target, directory ? 0 : 1, complain);
              archive.transferTo(OutputStream.nullOutputStream());
              return tally;
            }
          });
      Thread.ofVirtual().name("tar").start(unpacking);
      int exitCode;
      try {
        exitCode = tar.outputTo(pipe, complaints);
      } catch (UncheckedIOException notTaken) {
        return result(unpacking, target + " cannot be written");
      }
      pipe.close();
      TarProgram.check(exitCode, from.instance(), complaints);
      return result(unpacking, target + " cannot be written");
    } catch (IOException e) {
      throw failed(target + " cannot be written", e);
    }
  }

  private static Tally result(FutureTask<Tally> copying, String what) {
    try {
      return copying.get();
    } catch (ExecutionException e) {
      throw failed(what, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(what, e);
    }
  }

  private static CommandFailure failed(String what, Throwable cause) {
    String why =
        cause instanceof IOException io ? CommandFailure.reason(io) : String.valueOf(cause);
    return new CommandFailure(ExitCode.BAD_DATA, what, why, "check the path and its permissions")
        .causedBy(cause);
  }

  /// The input of a program as a stream, written by one thread.
  private static final class Input extends OutputStream {
    private final GuestProgram program;
    private volatile boolean broken;
    private volatile Optional<IOException> whyGivenUp = Optional.empty();

    Input(GuestProgram program) {
      this.program = program;
    }

    @Override
    public void write(int oneByte) throws IOException {
      write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        program.write(bytes, offset, length);
      } catch (IOException e) {
        broken = true;
        throw e;
      }
    }

    /// Ends the program, which waits for what does not come.
    void giveUp(IOException why) {
      whyGivenUp = broken ? Optional.empty() : Optional.of(why);
      program.close();
    }

    /// Where it was not the program that went away.
    Optional<IOException> whyGivenUp() {
      return whyGivenUp;
    }

    /// A program that has all it needs may have ended already.
    @Override
    public void close() {
      program.endInput();
    }
  }
}
