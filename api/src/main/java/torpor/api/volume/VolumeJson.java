package torpor.api.volume;

import torpor.core.instance.spec.VolumeMount;
import torpor.core.instance.volume.Attachment;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeSnapshot;
import torpor.engine.caller.Volumes;
import torpor.wire.volume.VolumeAttachment;

/// A volume as its callers see it.
record VolumeJson(Volumes volumes) {
  private static final long GIB = 1L << 30;

  torpor.wire.volume.Volume of(Volume volume) {
    return new torpor.wire.volume.Volume(
        volume.id().toString(),
        volume.name().text(),
        volume.state().text(),
        volumes.trouble(volume.id()),
        volume.createdAt(),
        (volume.bytes() + GIB - 1) / GIB,
        volume.bytes(),
        volumes.attachments(volume.id()).stream().map(VolumeJson::attachment).toList(),
        volume.snapshots().stream().map(VolumeJson::snapshot).toList(),
        volume.tags());
  }

  private static VolumeAttachment attachment(Attachment attachment) {
    VolumeMount mount = attachment.mount();
    return new VolumeAttachment(
        attachment.instance().toString(),
        attachment.name().text(),
        mount.path(),
        mount.mode() != VolumeMount.Mode.READ_WRITE,
        mount.mode() == VolumeMount.Mode.OVERLAY,
        attachment.holds());
  }

  static torpor.wire.volume.VolumeSnapshot snapshot(VolumeSnapshot snapshot) {
    return new torpor.wire.volume.VolumeSnapshot(
        snapshot.number().number(), snapshot.label(), snapshot.bytes(), snapshot.takenAt());
  }
}
