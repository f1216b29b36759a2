"""Residual networks in short: what they ask for."""

import haiku as hk


class BlockV1(hk.Module):
    def __init__(
        self, channels, stride, use_projection, bn_config, bottleneck, name=None
    ):
        super().__init__(name=name)
        options = dict(bn_config)
        options.setdefault("create_scale", True)
        options.setdefault("create_offset", True)
        options.setdefault("decay_rate", 0.999)
        self.layers = []
        if use_projection:
            self.layers.append(hk.Conv2D(4, 1, with_bias=False, name="shortcut_conv"))
            self.layers.append(self.norm("shortcut_batchnorm", options))
        for index in range(3 if bottleneck else 2):
            self.layers.append(hk.Conv2D(4, 1, with_bias=False, name=f"conv_{index}"))
            self.layers.append(self.norm(f"batchnorm_{index}", options))

    @hk.transparent
    def norm(self, name, options):
        return hk.BatchNorm(name=name, **options)

    def __call__(self, inputs, is_training, test_local_stats):
        for layer in self.layers:
            layer(inputs)


class BlockV2(BlockV1):
    @hk.transparent
    def norm(self, name, options):
        if name == "shortcut_batchnorm":
            return self.same
        return hk.BatchNorm(name=name, **options)

    @hk.transparent
    def same(self, inputs):
        return inputs


class BlockGroup(hk.Module):
    def __init__(
        self,
        channels,
        num_blocks,
        stride,
        bn_config,
        resnet_v2,
        bottleneck,
        use_projection,
        name=None,
    ):
        super().__init__(name=name)
        made = BlockV2 if resnet_v2 else BlockV1
        self.blocks = []
        for i in range(num_blocks):
            first = i == 0 and use_projection
            self.blocks.append(
                made(4, 1, first, bn_config, bottleneck, name="block_%d" % i)
            )

    def __call__(self, inputs, is_training, test_local_stats):
        for block in self.blocks:
            block(inputs, is_training, test_local_stats)


class ResNet(hk.Module):
    BlockGroup, BlockV1, BlockV2 = BlockGroup, BlockV1, BlockV2

    def __init__(
        self,
        blocks_per_group,
        num_classes,
        bn_config=None,
        resnet_v2=False,
        bottleneck=True,
        channels_per_group=(256, 512, 1024, 2048),
        use_projection=(True, True, True, True),
        logits_config=None,
        name=None,
        initial_conv_config=None,
        strides=(1, 2, 2, 2),
    ):
        super().__init__(name=name)
        self.resnet_v2 = resnet_v2
        options = dict(bn_config or {})
        options.setdefault("decay_rate", 0.9)
        options.setdefault("create_scale", True)
        options.setdefault("create_offset", True)
        logits = dict(logits_config or {})
        logits.setdefault("name", "logits")
        first = dict(initial_conv_config or {})
        first.setdefault("output_channels", 64)
        first.setdefault("kernel_shape", 7)
        first.setdefault("with_bias", False)
        first.setdefault("name", "initial_conv")
        self.initial_conv = hk.Conv2D(**first)
        if not resnet_v2:
            self.initial_batchnorm = hk.BatchNorm(name="initial_batchnorm", **options)
        self.block_groups = []
        for i, count in enumerate(blocks_per_group):
            self.block_groups.append(
                BlockGroup(
                    4,
                    count,
                    1,
                    options,
                    resnet_v2,
                    bottleneck,
                    use_projection[i],
                    name="block_group_%d" % i,
                )
            )
        if resnet_v2:
            self.final_batchnorm = hk.BatchNorm(name="final_batchnorm", **options)
        self.logits = hk.Linear(num_classes, **logits)

    def __call__(self, inputs, is_training, test_local_stats=False):
        self.initial_conv(inputs)
        if not self.resnet_v2:
            self.initial_batchnorm(inputs, is_training)
        for group in self.block_groups:
            group(inputs, is_training, test_local_stats)
        if self.resnet_v2:
            self.final_batchnorm(inputs, is_training)
        self.logits(inputs)


class _NumberedResNet(ResNet):
    BLOCKS, BOTTLENECK, PROJECTION = (3, 4, 6, 3), True, (True, True, True, True)

    def __init__(
        self,
        num_classes,
        bn_config=None,
        resnet_v2=False,
        logits_config=None,
        name=None,
        initial_conv_config=None,
        strides=(1, 2, 2, 2),
    ):
        super().__init__(
            self.BLOCKS,
            num_classes,
            bn_config,
            resnet_v2,
            self.BOTTLENECK,
            use_projection=self.PROJECTION,
            logits_config=logits_config,
            name=name,
            initial_conv_config=initial_conv_config,
        )


class ResNet18(_NumberedResNet):
    BLOCKS, BOTTLENECK, PROJECTION = (2, 2, 2, 2), False, (False, True, True, True)


class ResNet34(_NumberedResNet):
    BOTTLENECK, PROJECTION = False, (False, True, True, True)


class ResNet50(_NumberedResNet):
    pass


class ResNet101(_NumberedResNet):
    BLOCKS = (3, 4, 23, 3)


class ResNet152(_NumberedResNet):
    BLOCKS = (3, 8, 36, 3)


class ResNet200(_NumberedResNet):
    BLOCKS = (3, 24, 36, 3)
