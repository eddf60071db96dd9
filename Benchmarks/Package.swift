// swift-tools-version: 6.2
import PackageDescription

// Apart from the main package, so that nobody who builds Assay builds its benchmarks.
let package = Package(
  name: "Benchmarks",
  platforms: [.macOS("26.0")],
  dependencies: [.package(name: "assay", path: "..")],
  targets: [
    .target(name: "Support"),
    .target(
      name: "Synthetic", dependencies: [.product(name: "Reference", package: "assay")]),
    .executableTarget(
      name: "blocks", dependencies: ["Support", .product(name: "Tensors", package: "assay")]),
    .executableTarget(
      name: "matrix", dependencies: ["Support", .product(name: "Reference", package: "assay")]),
    .executableTarget(
      name: "pipeline",
      dependencies: ["Support", "Synthetic", .product(name: "Conversion", package: "assay")]),
    .executableTarget(
      name: "runner",
      dependencies: [
        "Support",
        .product(name: "Checkpoints", package: "assay"),
        .product(name: "Reference", package: "assay"),
      ]),
    .executableTarget(
      name: "shapes",
      dependencies: [
        "Support", "Synthetic", .product(name: "Conversion", package: "assay"),
        .product(name: "Reference", package: "assay"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
