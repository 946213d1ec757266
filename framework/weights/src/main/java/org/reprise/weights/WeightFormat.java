package org.reprise.weights;

/** The formats that are read, told apart by content. */
public enum WeightFormat {
  /** One safetensors file. */
  SAFETENSORS("safetensors"),
  /** Several safetensors files and the JSON file that says which tensor is in which. */
  SAFETENSORS_SHARDS("safetensors in shards"),
  /** torch.save since 1.6: a zip archive. */
  TORCH_ZIP("torch.save (zip)"),
  /** torch.save before 1.6: pickles and storages one after the other. */
  TORCH_LEGACY("torch.save (before the zip format)"),
  /** A TorchScript archive. */
  TORCHSCRIPT("TorchScript archive"),
  /** A plain pickle of numpy arrays. */
  PICKLE("pickle of numpy arrays");

  private final String label;

  WeightFormat(String label) {
    this.label = label;
  }

  /**
   * Returns the name to show.
   *
   * @return a few words
   */
  public String label() {
    return label;
  }
}
