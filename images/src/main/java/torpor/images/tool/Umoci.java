package torpor.images.tool;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import torpor.host.program.HostProgram;
import torpor.images.refused.ImageRefusedException;

/// Applies the layers of an image. It resolves every link inside the target directory, as a chroot
/// would, and checks every digest.
public record Umoci(ToolBox tools, Duration deadline) {
  private static final int NOTHING = 0;

  /// @param layout holds the image under [Skopeo#TAG]
  /// @param target created
  public void unpack(Path layout, Path target)
      throws ImageRefusedException, IOException, InterruptedException {
    List<String> command =
        List.of(
            tools.require(Tool.UMOCI).toString(),
            "raw",
            "unpack",
            "--image",
            layout + ":" + Skopeo.TAG,
            target.toString());
    HostProgram.Ended ended = new ToolRun(deadline).run(command, NOTHING);
    if (!ended.ok()) {
      throw Complaints.explain("unpacking the layers", ended.complaint().text());
    }
  }
}
