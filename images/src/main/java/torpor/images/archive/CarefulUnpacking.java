package torpor.images.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.volume.ArchiveUnpacking;
import torpor.engine.volume.VolumeFailure;
import torpor.host.file.FileTrees;
import torpor.images.fetch.ProcessOwner;
import torpor.images.layer.ArchiveLimits;
import torpor.images.layer.LayerRewriter;
import torpor.images.oci.PlainLayout;
import torpor.images.refused.ImageRefusedException;
import torpor.images.source.Platform;
import torpor.images.tool.Skopeo;
import torpor.images.tool.Umoci;

/// Unpacks an archive as the one layer of an image would be.
///
/// @param limits of which the size is the caller's
public record CarefulUnpacking(ArchiveLimits limits, Platform platform, Umoci umoci)
    implements ArchiveUnpacking {

  @Override
  public void unpack(Path archive, Path into, long atMostBytes)
      throws IOException, InterruptedException {
    if (!ProcessOwner.isRoot()) {
      throw refused(
          "only root can unpack an archive, since its files belong to several users",
          "Run the daemon as root, or create an empty volume and copy the files in.");
    }
    Path layout = into.resolveSibling(into.getFileName() + ".layout");
    try {
      PlainLayout plain = PlainLayout.create(layout);
      LayerRewriter rewriter = new LayerRewriter(bounded(atMostBytes), _ -> {});
      LayerRewriter.Rewritten written =
          rewriter.rewrite(
              new LayerRewriter.Arrived(archive, Optional.empty(), Optional.empty()),
              plain.draft());
      Files.delete(archive);
      plain.addDraft(written.plain(), written.bytes());
      plain.finish(platform, Skopeo.TAG);
      umoci.unpack(plain.directory(), into);
    } catch (ImageRefusedException why) {
      throw failure(why);
    } finally {
      FileTrees.delete(layout);
    }
  }

  private ArchiveLimits bounded(long bytes) {
    return new ArchiveLimits(
        bytes,
        bytes,
        limits.entries(),
        limits.pathBytes(),
        limits.layers(),
        limits.documentBytes(),
        limits.deadline());
  }

  private static VolumeFailure failure(ImageRefusedException why) {
    Refusal refusal = why.refusal();
    return refusal.code() == RefusalCode.NO_SPACE
        ? new VolumeFailure(refusal, why)
        : new VolumeFailure(
            Refusal.of(
                RefusalCode.VOLUME_INVALID,
                "the archive is refused: " + refusal.detail(),
                "Send a tar, plain or compressed, that fits into the volume and stays below its"
                    + " root."),
            why);
  }

  private static VolumeFailure refused(String detail, String remedy) {
    return new VolumeFailure(Refusal.of(RefusalCode.VOLUME_INVALID, detail, remedy));
  }
}
