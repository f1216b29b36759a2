"""Normalisation and averages in short: what they ask for."""

import haiku as hk


class LayerNorm(hk.Module):
    def __init__(
        self,
        axis,
        create_scale=False,
        create_offset=False,
        eps=1e-05,
        scale_init=None,
        offset_init=None,
        use_fast_variance=False,
        name=None,
        *,
        param_axis=None,
    ):
        super().__init__(name=name)
        self.create_scale, self.create_offset = create_scale, create_offset

    def __call__(self, inputs, scale=None, offset=None):
        if self.create_scale:
            hk.get_parameter("scale")
        if self.create_offset:
            hk.get_parameter("offset")


class InstanceNorm(LayerNorm):
    def __init__(
        self,
        create_scale,
        create_offset,
        eps=1e-05,
        scale_init=None,
        offset_init=None,
        data_format="channels_last",
        name=None,
    ):
        super().__init__(
            None, create_scale=create_scale, create_offset=create_offset, name=name
        )


class GroupNorm(hk.Module):
    def __init__(
        self,
        groups,
        axis=slice(1, None),
        create_scale=True,
        create_offset=True,
        eps=1e-05,
        scale_init=None,
        offset_init=None,
        data_format="channels_last",
        name=None,
    ):
        super().__init__(name=name)
        self.create_scale, self.create_offset = create_scale, create_offset

    def __call__(self, x, scale=None, offset=None):
        if self.create_scale:
            hk.get_parameter("scale")
        if self.create_offset:
            hk.get_parameter("offset")


class RMSNorm(hk.Module):
    def __init__(
        self,
        axis,
        eps=1e-05,
        scale_init=None,
        name=None,
        create_scale=True,
        *,
        param_axis=None,
    ):
        super().__init__(name=name)
        self.create_scale = create_scale

    def __call__(self, inputs):
        if self.create_scale:
            hk.get_parameter("scale")


class ExponentialMovingAverage(hk.Module):
    def __init__(self, decay, zero_debias=True, warmup_length=0, name=None):
        super().__init__(name=name)

    def initialize(self, shape, dtype=None):
        hk.get_state("hidden", init=0)
        hk.get_state("average", init=0)

    def __call__(self, value, update_stats=True):
        hk.get_state("counter", init=0)
        hk.get_state("hidden", init=0)
        hk.get_state("average", init=0)


class BatchNorm(hk.Module):
    def __init__(
        self,
        create_scale,
        create_offset,
        decay_rate,
        eps=1e-05,
        scale_init=None,
        offset_init=None,
        axis=None,
        cross_replica_axis=None,
        cross_replica_axis_index_groups=None,
        data_format="channels_last",
        name=None,
    ):
        super().__init__(name=name)
        self.create_scale, self.create_offset = create_scale, create_offset
        self.mean_ema = ExponentialMovingAverage(decay_rate, name="mean_ema")
        self.var_ema = ExponentialMovingAverage(decay_rate, name="var_ema")

    def __call__(
        self, inputs, is_training, test_local_stats=False, scale=None, offset=None
    ):
        self.mean_ema(inputs)
        self.var_ema(inputs)
        if self.create_scale:
            hk.get_parameter("scale")
        if self.create_offset:
            hk.get_parameter("offset")


class EMAParamsTree(hk.Module):
    def __init__(
        self, decay, zero_debias=True, warmup_length=0, ignore_regex="", name=None
    ):
        super().__init__(name=name)

    def __call__(self, tree, update_stats=True):
        for path in tree:
            ExponentialMovingAverage(0.9, name=path)(tree)


class SpectralNorm(hk.Module):
    def __init__(self, eps=1e-4, n_steps=1, name=None):
        super().__init__(name=name)

    def __call__(self, value, update_stats=True, error_on_non_matrix=False):
        hk.get_state("u0", init=0)
        hk.get_state("sigma", init=0)
