import Architectures
import Foundation
import TestSupport
import Testing

/// A run that is stopped says by which signal, and leaves what the next one goes on from.
@Suite struct InterruptTests {
  @Test(arguments: [SIGINT, SIGTERM])
  func theExitCodeIsTheSignals(_ number: Int32) throws {
    let scratch = try Scratch()
    let model = scratch.file("model")
    // Three hundred megabytes of zeros: long enough to be stopped in the middle.
    let config = """
      {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": 2048,
      "intermediate_size": 8192, "num_attention_heads": 16, "num_key_value_heads": 2,
      "num_hidden_layers": 4, "max_position_embeddings": 512, "rms_norm_eps": 1e-6,
      "rope_theta": 10000.0, "vocab_size": 4096, "tie_word_embeddings": true}
      """
    let family = try #require(Architecture.all.first { $0.name == "qwen2" })
    try HollowCheckpoint.write(config, family: family, at: model)
    let process = Process()
    process.executableURL = Executable.find()
    process.arguments = [
      "quantize", model, "--type", "Q4_K_M", "--threads", "1", "-o", scratch.file("o.gguf"),
    ]
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    // The part file is there when the work has begun; its journal follows when it is stopped.
    while process.isRunning,
      !FileManager.default.fileExists(atPath: scratch.file("o.gguf.assay-part"))
    { usleep(1000) }
    usleep(20_000)
    kill(process.processIdentifier, number)
    process.waitUntilExit()
    #expect(process.terminationStatus == 128 + number)
    #expect(FileManager.default.fileExists(atPath: scratch.file("o.gguf.assay-journal")))
  }
}
