package org.reprise.api.backbone;

import java.util.Optional;

/**
 * What a network saves when it computes the frame of a batch once, and each sample only where its
 * own pixels reach. Counted, not measured; all numbers are 0 where a network does not do it.
 *
 * @param operations of the network that are computed so; 0 for none
 * @param plainMultiplyAdds of convolutions and products, forward, for all pixels of all samples
 * @param sharedMultiplyAdds the same with a shared border
 * @param plainKeptBytes what is kept from the forward to the backward pass, in float32, for all
 *     pixels of all samples
 * @param sharedKeptBytes the same with a shared border
 * @param plainBecause why the network computes everything plainly, if it does: one sentence without
 *     a full stop
 */
public record BorderSaving(
    int operations,
    long plainMultiplyAdds,
    long sharedMultiplyAdds,
    long plainKeptBytes,
    long sharedKeptBytes,
    Optional<String> plainBecause) {

  /**
   * Nothing is saved.
   *
   * @param why one sentence without a full stop
   */
  public static BorderSaving none(String why) {
    return new BorderSaving(0, 0, 0, 0, 0, Optional.of(why));
  }

  /** Tells whether anything is computed with a shared border. */
  public boolean applies() {
    return operations > 0;
  }
}
