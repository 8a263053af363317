package torpor.images.tool;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import torpor.host.program.HostProgram;
import torpor.images.refused.ImageRefusedException;

/// Writes a directory as a read-only file system. Owners, modes and times are kept: with one time
/// for all files (`-T0`) every `.pyc` in an image would be stale.
public record MkfsErofs(ToolBox tools, Compression compression, Duration deadline) {
  private static final int NOTHING = 0;

  /// Uncompressed reads faster; lz4 takes about two thirds of the space.
  public enum Compression {
    NONE,
    LZ4
  }

  public void write(Path directory, Path file)
      throws ImageRefusedException, IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(tools.require(Tool.MKFS_EROFS).toString());
    command.add("--quiet");
    if (compression == Compression.LZ4) {
      command.add("-zlz4");
    }
    command.addAll(List.of(file.toString(), directory.toString()));
    HostProgram.Ended ended = new ToolRun(deadline).run(command, NOTHING);
    if (!ended.ok()) {
      throw Complaints.explain("writing the root file system", ended.complaint().text());
    }
  }
}
