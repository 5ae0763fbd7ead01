//! Correlations of ordinal answers.

use super::*;

#[test]
fn ordinal_correlations() {
    // Two-step maximum likelihood by scipy.integrate.quad and optimize.minimize_scalar; spearmanr; Bonett and Wright by hand.
    let check = |table: &[&[u32]], polychoric: [f64; 2], spearman: [f64; 4]| {
        let tally = pairs(table);
        let found = tally.polychoric(Level::P95).unwrap();
        within(found.value, polychoric[0], 1e-9);
        within(found.standard_error, polychoric[1], 1e-7);
        assert!(found.low < found.value && found.value < found.high && found.high < 1.0);
        let found = tally.spearman(Level::P95).unwrap();
        close(found.value, spearman[0]);
        within(found.p_value / spearman[1], 1.0, 1e-8);
        close(found.low, spearman[2]);
        close(found.high, spearman[3]);
    };
    check(
        &[&[12, 9, 4, 1], &[8, 17, 13, 5], &[2, 10, 21, 24]],
        [0.633081584503, 0.0657959222129],
        [
            0.541420217581,
            5.91146952806e-11,
            0.394341170988,
            0.661454427958,
        ],
    );
    check(
        &[&[1, 2, 9], &[3, 12, 8], &[15, 6, 2]],
        [-0.71405678137, 0.0849779410874],
        [
            -0.600006226715,
            6.4298552008e-07,
            -0.753170016147,
            -0.38513346412,
        ],
    );
    check(
        &[&[40, 12], &[9, 31]],
        [0.752940049492, 0.0909839840996],
        [
            0.54073252306,
            2.63355737447e-08,
            0.365106992144,
            0.679193118019,
        ],
    );
    check(
        &[&[50, 3, 0], &[4, 60, 5], &[0, 2, 45]],
        [0.989648188956, 0.00538836939652],
        [
            0.931602784633,
            2.63121855225e-75,
            0.902997386811,
            0.951985485929,
        ],
    );
}
