package torpor.runtime.qemu.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import torpor.core.definition.JsonText;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.testkit.instance.FakeImages;

class ConfigCheckTest {
  private static final Refusal NO_ROOT =
      Refusal.of(RefusalCode.NETWORK_UNAVAILABLE, "The daemon may not.", "Run it as root.");

  @Test
  void aNetworkThatThisHostCannotGiveIsRefusedByItsFieldBeforeAnythingIsFetched() {
    FakeImages images = new FakeImages();
    ConfigCheck check =
        new ConfigCheck(images, wish -> wish.enabled() ? Optional.of(NO_ROOT) : Optional.empty());

    Reply<JsonText> reply =
        check
            .complete(new JsonText("{\"image\": \"i\", \"network\": \"default\"}"))
            .toCompletableFuture()
            .join();

    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Refused.class,
            refused -> {
              Refusal why = refused.refusal();
              assertThat(why.code()).isEqualTo(RefusalCode.NETWORK_UNAVAILABLE);
              assertThat(why.field()).contains("network");
              assertThat(why.remedy()).startsWith("Run it as root.").contains("leave 'network'");
            });
    assertThat(images.list().toCompletableFuture().join()).isEmpty();
  }
}
